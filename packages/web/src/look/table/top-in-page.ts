// How far below the top of the page an element begins, also after something above it came or went.
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Pixels from the top of the document. */
export function useTopInPage(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (element.current) setTop(Math.round(element.current.getBoundingClientRect().top + scrollY));
    };
    measure();
    // Whatever moves the element changes the height of the page as well.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
