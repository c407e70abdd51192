import { concat } from '../../base/bytes.ts';
import type { Result } from '../sql/result.ts';
import type { SqlType } from '../sql/value.ts';
import { CHARSET } from './handshake.ts';
import { eofPacket, FIELD, FLAG, okPacket, PayloadWriter } from './wire.ts';

/** The packet for a statement without rows. */
export function answer({ tag, affected, matched, insertId, warnings }: Result, status: number): Uint8Array {
  const isUpdate = tag.startsWith('UPDATE');
  const isMany = tag.startsWith('INSERT') && matched > 1;
  const info = isUpdate
    ? `Rows matched: ${matched}  Changed: ${affected}  Warnings: ${warnings}`
    : isMany
      ? `Records: ${matched}  Duplicates: ${warnings}  Warnings: ${warnings}`
      : '';
  return okPacket({ affected, insertId, warnings, status, info });
}

const FIELDS: Record<SqlType['kind'], number> = {
  integer: FIELD.LONGLONG,
  decimal: FIELD.DECIMAL,
  float: FIELD.DOUBLE,
  text: FIELD.VAR_STRING,
  boolean: FIELD.LONGLONG,
  date: FIELD.DATE,
  timestamp: FIELD.DATETIME,
  json: FIELD.JSON,
  unknown: FIELD.VAR_STRING,
};

/** A text result set: how many columns, each column, an end, each row, an end. */
export function resultSet({ columns = [], rows = [], warnings }: Result, status: number): Uint8Array[] {
  const definitions = columns.map(({ name, type, notNull }) =>
    new PayloadWriter()
      .lenencText('def')
      .lenencText('')
      .lenencText('')
      .lenencText('')
      .lenencText(name)
      .lenencText(name)
      .int(0x0c, 1)
      .int(CHARSET, 2)
      .int(255, 4)
      .int(FIELDS[type.kind], 1)
      .int(
        (['integer', 'decimal', 'float', 'boolean'].includes(type.kind) ? FLAG.BINARY : 0) |
          (notNull ? FLAG.NOT_NULL : 0),
        2,
      )
      .int(type.scale ?? 0, 1)
      .int(0, 2)
      .done(),
  );
  const content = rows.map((row) =>
    concat(
      row.map((value) =>
        value === null ? Uint8Array.of(0xfb) : new PayloadWriter().lenencText(value).done(),
      ),
    ),
  );
  return [
    new PayloadWriter().lenenc(columns.length).done(),
    ...definitions,
    eofPacket(warnings, status),
    ...content,
    eofPacket(warnings, status),
  ];
}
