// Whether what somebody typed names what they are about to remove. Pure.

/** The address, or the customer's name in whatever case. */
export function isTypedRight(typed: string, { direccion_ip, cliente }: { direccion_ip: string; cliente: string }): boolean {
  const text = fold(typed);
  return text !== '' && (text === fold(direccion_ip) || text === fold(cliente));
}

function fold(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLocaleLowerCase();
}
