// A line of text that is typed.
import { TextInput, type TextInputProps } from '@mantine/core';

export interface TextFieldProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string;
  onChange: (value: string) => void;
  /** The dialog opens with the focus here. */
  hasFocus?: boolean;
}

export function TextField({ onChange, hasFocus = false, ...props }: TextFieldProps) {
  return <TextInput {...props} onChange={(event) => onChange(event.currentTarget.value)} {...(hasFocus && { 'data-autofocus': true })} />;
}
