// The hub's progress socket, met by a client of bytes.
import { progressSocketContract } from './progress-socket.contract.ts';
import { hubTarget } from './targets.ts';

progressSocketContract('hub', hubTarget);
