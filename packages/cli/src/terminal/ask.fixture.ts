// Asks for a name and a secret on its terminal and prints what it heard, for the test beside.
import { ask, askSecret } from './ask.ts';

const name = await ask('Name: ', '--name');
const secret = await askSecret('Secret: ', '--secret');
process.stdout.write(`heard ${JSON.stringify({ name, length: secret.length })}\n`);
process.exit(0);
