// What an edit sends: only what the person changed, so that two who edit one record do not put back each other's old values.

/** The members of `now` that are not as they were in `opened`, which is what the dialog showed when it was opened; both as they go over the wire. */
export function differences<Members extends object>(opened: Members, now: Members): Partial<Members> {
  const names = Object.keys(now) as (keyof Members)[];
  // Lists and objects are new ones each time they are read from a form.
  const changed = names.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(opened[name]));
  return Object.fromEntries(changed.map((name) => [name, now[name]])) as Partial<Members>;
}
