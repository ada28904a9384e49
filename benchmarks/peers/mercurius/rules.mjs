// One's own, and that of the people for whom one cares with the scope: a condition on the rows of `alias`, as which parameter the viewer
// is given, and the scope in SQL.
export const reads = (alias, viewer, scope) => `(${alias}.resident_id = ${viewer} or exists (
  select from carer k where k.resident_id = ${alias}.resident_id and k.carer_id = ${viewer}${scope ? ` and ${scope} = any(k.scopes)` : ""}
    and (k.expires_at is null or k.expires_at > now())))`;
