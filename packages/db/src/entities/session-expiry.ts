import { Type, type EntityProperty, type Platform } from '@mikro-orm/core';

/**
 * The expiry time of a session. Lucia's SQLite adapter stores seconds since 1970, where MikroORM would store
 * milliseconds; on the other engines both store a date and time.
 */
export class SessionExpiry extends Type<Date, Date | number | string> {
  override convertToDatabaseValue(value: Date, platform: Platform): Date | number | string {
    return inSeconds(platform) ? Math.floor(value.getTime() / 1000) : platform.processDateProperty(value);
  }

  override convertToJSValue(value: Date | number | string, platform: Platform): Date {
    if (value instanceof Date) return value;
    return inSeconds(platform) ? new Date(Number(value) * 1000) : platform.parseDate(String(value));
  }

  override getColumnType(_property: EntityProperty, platform: Platform): string {
    return inSeconds(platform) ? 'integer' : platform.getDateTimeTypeDeclarationSQL({ length: 3 });
  }

  override compareAsType(): string {
    return 'date';
  }

  override get runtimeType(): string {
    return 'Date';
  }
}

// Of the supported engines, only SQLite has no type for times.
const inSeconds = (platform: Platform) =>
  platform.getDateTimeTypeDeclarationSQL({ length: 3 }) === 'datetime';
