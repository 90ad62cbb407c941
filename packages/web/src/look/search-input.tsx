// A box to search with; what is typed is passed on after a short pause.
import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

interface SearchInputProps {
  label: string;
  initial?: string;
  onSearch: (text: string) => void;
  disabled?: boolean;
}

const typingPauseMs = 200;
const textMax = 200;

export function SearchInput({ label, initial = '', onSearch, disabled = false }: SearchInputProps) {
  const [text, setText] = useState(initial);
  const search = useDebouncedCallback(onSearch, typingPauseMs);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      w={{ base: '100%', xs: 320 }}
      maxLength={textMax}
      disabled={disabled}
      data-shortcut="search"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
