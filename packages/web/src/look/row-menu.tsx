// What else can be done with one row, behind three dots. A long list draws many of these, so that what makes a menu is made when it is first wanted.
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';

interface RowMenuProps {
  label: string;
  /** Pixels. */
  width?: number;
  isBusy?: boolean;
  /** Items of a Menu. */
  children: ReactNode;
}

export function RowMenu({ label, width = 200, isBusy = false, children }: RowMenuProps) {
  const [isWanted, setWanted] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // The button is another one with the menu around it: the focus goes over, so that it comes back to it when the menu closes.
  useEffect(() => {
    if (!isWanted) return;
    button.current?.focus();
    setOpen(true);
  }, [isWanted]);
  const look = { variant: 'subtle', color: 'gray', 'aria-label': label, loading: isBusy, children: <IconDots size={18} /> };

  if (!isWanted) return <ActionIcon {...look} aria-haspopup="menu" aria-expanded={false} onClick={() => setWanted(true)} />;
  return (
    <Menu position="bottom-end" width={width} opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <ActionIcon ref={button} {...look} />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
