// Makes a service, or changes one.
import { Group } from '@mantine/core';
import type { ServiceResource } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { differences } from '../../../http/differences.ts';
import { useFormats } from '../../../language/formats.ts';
import { readNumber } from '../../../language/read-number.ts';
import { FormDialog } from '../../../look/form-dialog.tsx';
import { NumberField } from '../../../look/number-field.tsx';
import { TextField } from '../../../look/text-field.tsx';
import { useSaveService } from './service-queries.ts';

/** People speak of megabits, records hold kilobits. */
const kbpsPerMbps = 1000;
const speedBounds = { min: 0.001, max: 100_000, decimals: 3 };
const priceBounds = { min: 0, max: 1_000_000, decimals: 2 };

interface ServiceDialogProps {
  /** Which to change; a new one without. */
  service?: ServiceResource | undefined;
  onClose: () => void;
}

export function ServiceDialog({ service, onClose }: ServiceDialogProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const mbpsOf = (kbps: number | null | undefined) => (kbps ? formats.typed(kbps / kbpsPerMbps) : '');
  const save = useSaveService(service?.id_servicio);
  const [name, setName] = useState(service?.nombre ?? '');
  const [down, setDown] = useState(() => mbpsOf(service?.bajada_kbps));
  const [up, setUp] = useState(() => mbpsOf(service?.subida_kbps));
  const [price, setPrice] = useState(() => (service ? formats.typed(service.precio, priceBounds.decimals) : ''));
  const read = {
    down: readNumber(down, speedBounds, formats.decimalSeparator),
    up: readNumber(up, speedBounds, formats.decimalSeparator),
    price: readNumber(price, priceBounds, formats.decimalSeparator),
  };

  const body = { nombre: name, bajada_kbps: kbpsOf(read.down.value), subida_kbps: kbpsOf(read.up.value), precio: read.price.value ?? 0 };
  const [opened] = useState(body);

  return (
    <FormDialog
      title={service ? t('services.edit') : t('services.add')}
      submit={t('actions.save')}
      onSubmit={() => save.mutateAsync(service ? differences(opened, body) : body)}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isComplete={name.trim() !== '' && Object.values(read).every(({ fault }) => fault === undefined)}
    >
      <TextField label={t('services.name')} required maxLength={200} hasFocus value={name} onChange={setName} />
      <Group grow align="flex-start">
        <NumberField label={t('services.down')} description={t('services.speed_about')} unit="Mb/s" bounds={speedBounds} value={down} onChange={setDown} />
        <NumberField label={t('services.up')} description={t('services.speed_about')} unit="Mb/s" bounds={speedBounds} value={up} onChange={setUp} />
      </Group>
      <NumberField label={t('services.price')} bounds={priceBounds} value={price} onChange={setPrice} />
    </FormDialog>
  );
}

/** Undefined: not limited. */
function kbpsOf(mbps: number | undefined): number | null {
  return mbps === undefined ? null : Math.round(mbps * kbpsPerMbps);
}
