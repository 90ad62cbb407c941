// A passkey device for tests: an ES256 key that answers WebAuthn's questions as a browser would hand them on.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

interface Flags {
  /** Whether the device checked who uses it. */
  userVerified?: boolean;
  origin?: string;
  challenge?: string;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

export class TestAuthenticator {
  readonly #origin: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly id = randomBytes(16).toString('base64url');
  #userHandle = '';
  counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The answer to the options of a registration. */
  create(options: { challenge: string; rp: { id?: string }; user: { id: string } }, flags: Flags = {}) {
    this.#userHandle = options.user.id;
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    // COSE_Key of ES256 (RFC 9052): {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    const key = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const id = Buffer.from(this.id, 'base64url');
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
    const authData = Buffer.concat([this.#head(options.rp.id ?? '', 0x40, flags), credential]);
    // {"fmt": "none", "attStmt": {}, "authData": h'…'}
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.from([authData.length]),
      authData,
    ]);
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, flags),
      attestationObject: attestation.toString('base64url'),
    });
  }

  /** The answer to the options of a sign-in. */
  get(options: { challenge: string; rpId?: string }, flags: Flags = {}) {
    this.counter += 1;
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, flags);
    const authData = this.#head(options.rpId ?? '', 0, flags);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const signature = createSign('sha256').update(signed).sign(this.#keys.privateKey).toString('base64url');
    return this.#answer({ clientDataJSON, authenticatorData: authData.toString('base64url'), signature, userHandle: this.#userHandle });
  }

  #head(rpId: string, more: number, { userVerified = true }: Flags): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(rpId), Buffer.from([0x01 | (userVerified ? 0x04 : 0) | more]), count]);
  }

  #clientData(type: string, challenge: string, flags: Flags): string {
    const data = { type, challenge: flags.challenge ?? challenge, origin: flags.origin ?? this.#origin, crossOrigin: false };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  #answer(response: object) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }
}
