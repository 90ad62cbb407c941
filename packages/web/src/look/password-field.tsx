// A password that is typed, with the eye that shows it.
import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface PasswordFieldProps {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: 'current-password' | 'new-password';
  name?: string;
  minLength?: number;
  hasFocus?: boolean;
}

export function PasswordField({ label, description, value, onChange, autoComplete, name, minLength, hasFocus = false }: PasswordFieldProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={label}
      description={description}
      name={name}
      required
      autoComplete={autoComplete}
      {...(minLength !== undefined && { minLength })}
      maxLength={128}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
      {...(hasFocus && { 'data-autofocus': true })}
    />
  );
}
