"""Taking the health record along: input, payload and mutation."""

import strawberry

from resolvers import exports
from schema.base import made
from schema.cards import File
from schema.changes import change, payload
from schema.enums import ExportFormat


@strawberry.input(description="residentId: whose record; one's own when it is left out.")
class ExportHealthRecordInput:
    format: ExportFormat
    resident_id: strawberry.ID | None = strawberry.UNSET


@payload
class ExportHealthRecordPayload:
    """The file, which a worker makes; it can be fetched for a day."""

    file: File | None = made("File", "The file.")


@strawberry.type
class ExportChanges:
    export_health_record: ExportHealthRecordPayload | None = change(
        exports.export_health_record,
        ExportHealthRecordInput,
        "A file of everything that is stored about a resident, the access log included.",
        scopes=(("record:write",),),
    )
