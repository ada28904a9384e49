"""When and how people want to be told."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.enums import NotificationChannel
from domain.notifications import NotificationEvent
from domain.times import SHANGHAI

DAY_BEFORE, HOURS_BEFORE = timedelta(days=1), timedelta(hours=2)
# A reminder that quiet hours hold back is of use only if there is still time to go.
TIME_TO_GO = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing is sent, in the city's time; they may go over midnight."""

    start: time
    end: time

    def holds(self, moment: datetime) -> bool:
        """Whether it is one of them."""
        at = moment.astimezone(SHANGHAI).time()
        return self.start <= at < self.end if self.start <= self.end else at >= self.start or at < self.end

    def end_after(self, moment: datetime) -> datetime:
        """When those in which the moment is are over."""
        local = moment.astimezone(SHANGHAI)
        day = local.date() + timedelta(days=local.time() >= self.end)
        return datetime.combine(day, self.end, SHANGHAI).astimezone(moment.tzinfo)


NIGHT = Quiet(time(22), time(8))


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to be told. Who has chosen nothing is told on every channel, but not at night."""

    channels: frozenset[str] = frozenset(NotificationChannel)
    quiet: Quiet | None = NIGHT


def after_quiet(moment: datetime, quiet: Quiet | None, needed_by: datetime | None = None) -> datetime:
    """The first moment from this one at which people may be told; at once what they need to know before the quiet hours end."""
    if quiet is None or not quiet.holds(moment):
        return moment
    end = quiet.end_after(moment)
    return moment if needed_by is not None and needed_by <= end else end


def reminders(starts_at: datetime, now: datetime) -> list[tuple[NotificationEvent, datetime]]:
    """When to remind of an appointment: the day before and two hours before, without what is past or would come too late."""
    planned = (
        (NotificationEvent.APPOINTMENT_REMINDER_DAY, after_quiet(starts_at - DAY_BEFORE, NIGHT)),
        (NotificationEvent.APPOINTMENT_REMINDER_HOURS, after_quiet(starts_at - HOURS_BEFORE, NIGHT)),
    )
    return [(event, at) for event, at in planned if now < at <= starts_at - TIME_TO_GO]
