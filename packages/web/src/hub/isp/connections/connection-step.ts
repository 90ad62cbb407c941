// The names of steps that are about one connection of many.

/** The id of the connection, as text; undefined when it is another step. */
export function connectionOfStep(step: string): string | undefined {
  return /^conexion:(\d+)$/.exec(step)?.[1];
}
