// Makes a service, or changes one.
import { Group, NumberInput } from '@mantine/core';
import type { ServiceResource } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../look/form-dialog.tsx';
import { TextField } from '../../../look/text-field.tsx';
import { useSaveService } from './service-queries.ts';

/** People speak of megabits, records hold kilobits. */
const kbpsPerMbps = 1000;
const mbpsMax = 100_000;
const priceMax = 1_000_000;

interface ServiceDialogProps {
  /** Which to change; a new one without. */
  service?: ServiceResource | undefined;
  onClose: () => void;
}

export function ServiceDialog({ service, onClose }: ServiceDialogProps) {
  const { t } = useTranslation();
  const save = useSaveService(service?.id_servicio);
  const [name, setName] = useState(service?.nombre ?? '');
  const [down, setDown] = useState<number | string>(mbpsOf(service?.bajada_kbps));
  const [up, setUp] = useState<number | string>(mbpsOf(service?.subida_kbps));
  const [price, setPrice] = useState<number | string>(service?.precio ?? '');

  function submit() {
    const body = { nombre: name, bajada_kbps: kbpsOf(down), subida_kbps: kbpsOf(up), precio: typeof price === 'number' ? price : 0 };
    return save.mutateAsync(body);
  }

  return (
    <FormDialog
      title={service ? t('services.edit') : t('services.add')}
      submit={t('actions.save')}
      onSubmit={submit}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isComplete={name.trim() !== ''}
    >
      <TextField label={t('services.name')} required maxLength={200} hasFocus value={name} onChange={setName} />
      <Group grow align="flex-start">
        <SpeedInput label={t('services.down')} value={down} onChange={setDown} />
        <SpeedInput label={t('services.up')} value={up} onChange={setUp} />
      </Group>
      <NumberInput label={t('services.price')} min={0} max={priceMax} decimalScale={2} value={price} onChange={setPrice} hideControls />
    </FormDialog>
  );
}

/** Megabits per second; empty: not limited. */
function SpeedInput({ label, value, onChange }: { label: string; value: number | string; onChange: (value: number | string) => void }) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={label}
      description={t('services.speed_about')}
      suffix=" Mb/s"
      min={0.001}
      max={mbpsMax}
      decimalScale={3}
      value={value}
      onChange={onChange}
      hideControls
    />
  );
}

function mbpsOf(kbps: number | null | undefined): number | string {
  return kbps ? kbps / kbpsPerMbps : '';
}

/** Empty: not limited. */
function kbpsOf(mbps: number | string): number | null {
  return typeof mbps === 'number' && mbps > 0 ? Math.max(1, Math.round(mbps * kbpsPerMbps)) : null;
}
