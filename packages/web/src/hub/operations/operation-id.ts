// Operation ids made here, in the shape of the protocol; `crypto.randomUUID` is missing on plain-HTTP addresses.
export function newOperationId(kind: string): string {
  const random = crypto.getRandomValues(new Uint32Array(3));
  return `${kind}-${Date.now()}-${[...random].map((part) => part.toString(36).padStart(7, '0')).join('')}`;
}
