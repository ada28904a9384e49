"""What can be done with the card, and with the identity behind it: inputs, payloads and mutations."""

import strawberry

from resolvers import cards, residents, sessions
from schema.base import made, provided
from schema.cards import Card, PrintedCode
from schema.changes import change, payload
from schema.enums import CodeForm, CodePurpose, Sex, VerificationPurpose
from schema.residents import IdDocumentInput, Resident
from schema.scalars import Date, DateTime

WRITE = (("card:write",),)


@strawberry.type(description="The tokens of a session. They are shown once.")
class SessionTokens:
    access_token: str = strawberry.field(description="For the Authorization header, as a Bearer token.")
    refresh_token: str = strawberry.field(description="For /oauth/token; each works once.")
    expires_at: DateTime = strawberry.field(description="When the access token ends.")


@strawberry.type(description="A code to show: short-lived, for one purpose, and accepted once.")
class PresentedCode:
    text: str = strawberry.field(description="What the QR holds; a phone can draw it itself.")
    purpose: CodePurpose = strawberry.field(description="What it may be used for.")
    expires_at: DateTime = strawberry.field(description="When it ends.")
    svg: str = strawberry.field(description="The QR as an image. Asking for it costs more than drawing it on the phone.")


@strawberry.input(description="A code works for the purpose it was asked for, and the SMS says which.")
class RequestVerificationCodeInput:
    phone: str
    purpose: VerificationPurpose | None = VerificationPurpose.SIGN_IN


@payload
class RequestVerificationCodePayload:
    """The code is on its way."""

    sent_to: str | None = provided("The phone, masked.", "sent_to")
    expires_at: DateTime | None = provided("When the code ends.", "expires_at")


@strawberry.input(description="Who applies. sex and birthDate where the document's number does not tell them.")
class ApplyForCardInput:
    full_name: str
    document: IdDocumentInput
    phone: str
    verification_code: str
    social_security_number: str | None = strawberry.UNSET
    sex: Sex | None = strawberry.UNSET
    birth_date: Date | None = strawberry.UNSET
    client_id: strawberry.ID | None = strawberry.UNSET


@payload
class ApplyForCardPayload:
    """The card, new or as it was, and a session of its holder."""

    card: Card | None = made("Card", "The card.")
    session: SessionTokens | None = provided("The holder's session.", "session")


@strawberry.input(description="clientId: the app's, the city app when left out.")
class SignInInput:
    phone: str
    verification_code: str
    client_id: strawberry.ID | None = strawberry.UNSET
    device: str | None = strawberry.UNSET


@payload
class SignInPayload:
    """A session."""

    session: SessionTokens | None = provided("The session.", "session")


@strawberry.input(description="This session when nothing is named.")
class SignOutInput:
    session_id: strawberry.ID | None = strawberry.UNSET
    everywhere: bool | None = False


@payload
class SignOutPayload:
    """The sessions that ended."""

    ended_session_ids: list[strawberry.ID] | None = provided("Their ids.", "ended_session_ids")


@strawberry.input(description="phone needs verificationCode, sent to it for CHANGE_PHONE.")
class UpdateResidentInput:
    resident_id: strawberry.ID | None = strawberry.UNSET
    full_name: str | None = strawberry.UNSET
    document: IdDocumentInput | None = strawberry.UNSET
    social_security_number: str | None = strawberry.UNSET
    phone: str | None = strawberry.UNSET
    verification_code: str | None = strawberry.UNSET


@payload
class UpdateResidentPayload:
    """The resident as they are now."""

    resident: Resident | None = made("Resident", "The resident.")


@strawberry.input(description="Which code to show.")
class PresentCardInput:
    purpose: CodePurpose
    resident_id: strawberry.ID | None = strawberry.UNSET
    form: CodeForm | None = CodeForm.PLATFORM


@payload
class PresentCardPayload:
    """A code to show."""

    code: PresentedCode | None = provided("The code.", "code")


@strawberry.input(description="What to print.")
class PrintCardInput:
    label: str | None = strawberry.UNSET
    resident_id: strawberry.ID | None = strawberry.UNSET
    form: CodeForm | None = CodeForm.PLATFORM


@payload
class PrintCardPayload:
    """A printed code; a worker makes its page."""

    printed_code: PrintedCode | None = made("PrintedCode", "The printed code.")


@strawberry.input
class RevokePrintedCodeInput:
    printed_code_id: strawberry.ID


@payload
class RevokePrintedCodePayload:
    """The printed code, refused from now on."""

    printed_code: PrintedCode | None = made("PrintedCode", "The printed code.")


@strawberry.input
class SuspendCardInput:
    resident_id: strawberry.ID | None = strawberry.UNSET
    reason: str | None = strawberry.UNSET


@strawberry.input
class ResumeCardInput:
    resident_id: strawberry.ID | None = strawberry.UNSET


@strawberry.input
class ReplaceCardInput:
    reason: str
    resident_id: strawberry.ID | None = strawberry.UNSET


@strawberry.input
class CloseCardInput:
    reason: str
    resident_id: strawberry.ID | None = strawberry.UNSET


@payload
class SuspendCardPayload:
    """The card, refused everywhere until it is resumed."""

    card: Card | None = made("Card", "The card.")


@payload
class ResumeCardPayload:
    """The card, accepted again."""

    card: Card | None = made("Card", "The card.")


@payload
class ReplaceCardPayload:
    """The new card; every code and print of the old one is refused."""

    card: Card | None = made("Card", "The new card.")


@payload
class CloseCardPayload:
    """The card, closed for good."""

    card: Card | None = made("Card", "The card.")


@strawberry.type
class CardChanges:
    # Signing in, and a resident's identity
    request_verification_code: RequestVerificationCodePayload | None = change(
        sessions.request_verification_code, RequestVerificationCodeInput, "Sends a code by SMS."
    )
    apply_for_card: ApplyForCardPayload | None = change(
        residents.apply_for_card,
        ApplyForCardInput,
        "A card for a resident whom the registry confirms. Applying again returns the same card.",
        before=residents.before_apply_for_card,
    )
    sign_in: SignInPayload | None = change(
        sessions.sign_in, SignInInput, "A session for who has a card.", before=sessions.before_sign_in
    )
    sign_out: SignOutPayload | None = change(
        sessions.sign_out, SignOutInput, "Ends this session, another one, or all of them.", scopes=WRITE
    )
    update_resident: UpdateResidentPayload | None = change(
        residents.update_resident,
        UpdateResidentInput,
        "A first ID number, a renewed document, a new phone or name: checked anew; card and history stay.",
        scopes=WRITE,
        before=residents.before_update_resident,
    )
    # The card
    present_card: PresentCardPayload | None = change(
        cards.present_card, PresentCardInput, "A code to show, for one purpose.", scopes=WRITE
    )
    print_card: PrintCardPayload | None = change(
        cards.print_card, PrintCardInput, "A printed code of its own; a worker makes the page.", scopes=WRITE
    )
    revoke_printed_code: RevokePrintedCodePayload | None = change(
        cards.revoke_printed_code, RevokePrintedCodeInput, "Refuses one printed code from now on.", scopes=WRITE
    )
    suspend_card: SuspendCardPayload | None = change(
        cards.suspend_card, SuspendCardInput, "Refuses every code of the card until it is resumed.", scopes=WRITE
    )
    resume_card: ResumeCardPayload | None = change(cards.resume_card, ResumeCardInput, "Accepts the card again.", scopes=WRITE)
    replace_card: ReplaceCardPayload | None = change(
        cards.replace_card,
        ReplaceCardInput,
        "A new card; every code and print of the old one is refused.",
        scopes=WRITE,
    )
    close_card: CloseCardPayload | None = change(cards.close_card, CloseCardInput, "Closes the card for good.", scopes=WRITE)
