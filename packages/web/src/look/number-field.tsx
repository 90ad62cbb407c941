// A number that is typed, pasted or filled in: kept as it is written, and what is not taken is said at once.
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';
import { type NumberBounds, type NumberFault, readNumber } from '../language/read-number.ts';
import { TextField, type TextFieldProps } from './text-field.tsx';

interface NumberFieldProps extends Omit<TextFieldProps, 'error'> {
  bounds: NumberBounds;
  /** After the number. */
  unit?: string;
}

/** Longer than every number that is taken. */
const lengthMax = 40;

export function NumberField({ bounds, unit, value, ...props }: NumberFieldProps) {
  const formats = useFormats();
  const faultText = useFaultText();
  const { fault } = readNumber(value, bounds, formats.decimalSeparator);
  return (
    <TextField
      inputMode={bounds.decimals === 0 ? 'numeric' : 'decimal'}
      autoComplete="off"
      maxLength={lengthMax}
      {...(unit !== undefined && {
        rightSection: (
          <Text size="sm" c="dimmed">
            {unit}
          </Text>
        ),
        rightSectionWidth: 56,
        rightSectionPointerEvents: 'none',
      })}
      {...props}
      value={value}
      error={fault && faultText(fault, bounds)}
    />
  );
}

function useFaultText() {
  const { t } = useTranslation();
  const formats = useFormats();
  return (fault: NumberFault, { min, max, decimals }: NumberBounds) => {
    if (fault === 'out_of_range') return t('numbers.out_of_range', { min: formats.typed(min), max: formats.number(max) });
    if (fault === 'too_precise') return t('numbers.too_precise', { count: decimals });
    return t(`numbers.${fault}`);
  };
}
