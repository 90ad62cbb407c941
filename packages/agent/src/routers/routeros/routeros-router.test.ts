// The RouterOS implementation against a played router.
import { describeRouter } from '../router.contract.ts';
import { openRouterOsBench } from './routeros-bench.fixture.ts';

describeRouter('RouterOS, played', openRouterOsBench);
