// Makes a customer, or changes one.
import { Textarea } from '@mantine/core';
import type { CustomerResource } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { differences } from '../../../http/differences.ts';
import { FormDialog } from '../../../look/form-dialog.tsx';
import { TextField } from '../../../look/text-field.tsx';
import { useSaveCustomer } from './customer-queries.ts';

interface CustomerDialogProps {
  /** Whom to change; a new one without. */
  customer?: CustomerResource | undefined;
  onClose: () => void;
  onSaved?: (customer: CustomerResource) => void;
}

export function CustomerDialog({ customer, onClose, onSaved }: CustomerDialogProps) {
  const { t } = useTranslation();
  const save = useSaveCustomer(customer?.id_usuario);
  const [name, setName] = useState(customer?.nombre ?? '');
  const [document, setDocument] = useState(customer?.documento ?? '');
  const [phone, setPhone] = useState(customer?.telefono ?? '');
  const [email, setEmail] = useState(customer?.email ?? '');
  const [address, setAddress] = useState(customer?.direccion ?? '');

  const body = { nombre: name, documento: document || null, telefono: phone || null, email: email.trim() || null, direccion: address || null };
  const [opened] = useState(body);

  function submit() {
    return save.mutateAsync(customer ? differences(opened, body) : body, { onSuccess: (saved) => onSaved?.(saved) });
  }

  return (
    <FormDialog
      title={customer ? t('customers.edit') : t('customers.add')}
      submit={t('actions.save')}
      onSubmit={submit}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isComplete={name.trim() !== ''}
    >
      <TextField label={t('customers.name')} required maxLength={200} hasFocus value={name} onChange={setName} />
      <TextField label={t('customers.document')} maxLength={64} value={document} onChange={setDocument} />
      <TextField label={t('customers.phone')} type="tel" maxLength={64} value={phone} onChange={setPhone} />
      <TextField label={t('sign_in.email')} type="email" maxLength={254} value={email} onChange={setEmail} />
      <Textarea
        label={t('customers.address')}
        maxLength={500}
        autosize
        minRows={2}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value.replaceAll('\n', ' '))}
      />
    </FormDialog>
  );
}
