import { User } from './entities/index.ts';

// Imported by tests: a developer has added a property to an entity, and nothing else.
// The cast: the type of the entity does not have the property.
User.addProperty('nickname' as never, 'string', { length: 40, onCreate: () => 'none' });
