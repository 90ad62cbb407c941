// A name that somebody gave: kept apart from the text around it, whatever direction it is written in.
export function Name({ children }: { children: string }) {
  return <bdi className="relevo-name">{children}</bdi>;
}
