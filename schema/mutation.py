"""What may be changed. Each mutation names its resolver; the scopes stand here, the rules in the domain."""

import strawberry

from resolvers import cards, institutions, jobs, residents, sessions, visits
from schema import card_changes as card
from schema import institution_changes as institution
from schema.changes import change

OF_RESIDENTS = (("card:write",),)
OF_INSTITUTIONS = (("visit:write",),)
OF_OPERATORS = (("platform:write",),)


@strawberry.type(description="What may be changed. A mutation takes one input and answers the object, or null, and userErrors.")
class Mutation:
    # Signing in, and a resident's identity
    request_verification_code: card.RequestVerificationCodePayload | None = change(
        sessions.request_verification_code, card.RequestVerificationCodeInput, "Sends a code by SMS."
    )
    apply_for_card: card.ApplyForCardPayload | None = change(
        residents.apply_for_card,
        card.ApplyForCardInput,
        "A card for a resident whom the registry confirms. Applying again returns the same card.",
        before=residents.before_apply_for_card,
    )
    sign_in: card.SignInPayload | None = change(
        sessions.sign_in, card.SignInInput, "A session for who has a card.", before=sessions.before_sign_in
    )
    sign_out: card.SignOutPayload | None = change(
        sessions.sign_out, card.SignOutInput, "Ends this session, another one, or all of them.", scopes=OF_RESIDENTS
    )
    update_resident: card.UpdateResidentPayload | None = change(
        residents.update_resident,
        card.UpdateResidentInput,
        "A first ID number, a renewed document, a new phone or name: checked anew; card and history stay.",
        scopes=OF_RESIDENTS,
        before=residents.before_update_resident,
    )
    # The card
    present_card: card.PresentCardPayload | None = change(
        cards.present_card, card.PresentCardInput, "A code to show, for one purpose.", scopes=OF_RESIDENTS
    )
    print_card: card.PrintCardPayload | None = change(
        cards.print_card, card.PrintCardInput, "A printed code of its own; a worker makes the page.", scopes=OF_RESIDENTS
    )
    revoke_printed_code: card.RevokePrintedCodePayload | None = change(
        cards.revoke_printed_code, card.RevokePrintedCodeInput, "Refuses one printed code from now on.", scopes=OF_RESIDENTS
    )
    suspend_card: card.SuspendCardPayload | None = change(
        cards.suspend_card, card.SuspendCardInput, "Refuses every code of the card until it is resumed.", scopes=OF_RESIDENTS
    )
    resume_card: card.ResumeCardPayload | None = change(
        cards.resume_card, card.ResumeCardInput, "Accepts the card again.", scopes=OF_RESIDENTS
    )
    replace_card: card.ReplaceCardPayload | None = change(
        cards.replace_card,
        card.ReplaceCardInput,
        "A new card; every code and print of the old one is refused.",
        scopes=OF_RESIDENTS,
    )
    close_card: card.CloseCardPayload | None = change(
        cards.close_card, card.CloseCardInput, "Closes the card for good.", scopes=OF_RESIDENTS
    )
    # At an institution
    verify_code: institution.VerifyCodePayload | None = change(
        visits.verify_code, institution.VerifyCodeInput, "Opens a visit with a code that is shown.", scopes=OF_INSTITUTIONS
    )
    upload_offline_scans: institution.UploadOfflineScansPayload | None = change(
        visits.upload_offline_scans,
        institution.UploadOfflineScansInput,
        "Scans taken while the network was down; the same reference again changes nothing.",
        scopes=OF_INSTITUTIONS,
    )
    link_patient_number: institution.LinkPatientNumberPayload | None = change(
        visits.link_patient_number,
        institution.LinkPatientNumberInput,
        "Binds the institution's own patient number to the card.",
        scopes=OF_INSTITUTIONS,
    )
    # The operator
    register_institution: institution.RegisterInstitutionPayload | None = change(
        institutions.register_institution,
        institution.RegisterInstitutionInput,
        "Opens the platform to an institution.",
        scopes=OF_OPERATORS,
    )
    update_institution: institution.UpdateInstitutionPayload | None = change(
        institutions.update_institution,
        institution.UpdateInstitutionInput,
        "Changes what an institution accepts.",
        scopes=OF_OPERATORS,
    )
    retry_failed_job: institution.RetryFailedJobPayload | None = change(
        jobs.retry_failed_job, institution.RetryFailedJobInput, "Tries a failed job again.", scopes=OF_OPERATORS
    )
