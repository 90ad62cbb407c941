// The bundles that a compiled executable carries. From source there are none, and pages are bundled (`kept-bundle.ts`);
// the build of the executable puts `dist/pages.gen.ts` in the place of this module.
import type { Bundle, Interface } from './bundle.ts';

export const embeddedBundles: Partial<Record<Interface, () => Bundle>> = {};
