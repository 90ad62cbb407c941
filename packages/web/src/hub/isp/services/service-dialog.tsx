// Makes a service, or changes one.
import { Group, NumberInput, TextInput } from '@mantine/core';
import type { ServiceResource } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../look/form-dialog.tsx';
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
      <TextInput
        label={t('services.name')}
        required
        withAsterisk={false}
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group grow align="flex-start">
        <NumberInput
          label={t('services.down')}
          description={t('services.speed_about')}
          suffix=" Mb/s"
          min={0.001}
          max={mbpsMax}
          decimalScale={3}
          value={down}
          onChange={setDown}
          hideControls
        />
        <NumberInput
          label={t('services.up')}
          description={t('services.speed_about')}
          suffix=" Mb/s"
          min={0.001}
          max={mbpsMax}
          decimalScale={3}
          value={up}
          onChange={setUp}
          hideControls
        />
      </Group>
      <NumberInput label={t('services.price')} min={0} max={priceMax} decimalScale={2} value={price} onChange={setPrice} hideControls />
    </FormDialog>
  );
}

function mbpsOf(kbps: number | null | undefined): number | string {
  return kbps ? kbps / kbpsPerMbps : '';
}

/** Empty: not limited. */
function kbpsOf(mbps: number | string): number | null {
  return typeof mbps === 'number' && mbps > 0 ? Math.max(1, Math.round(mbps * kbpsPerMbps)) : null;
}
