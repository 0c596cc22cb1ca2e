package dev.headwater.configuration;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;

/** Copies of wide records with one component replaced by name. */
public final class Copies {
  private Copies() {}

  /**
   * Returns a record that differs in one component.
   *
   * @throws IllegalArgumentException when there is no such component or the record refuses it
   */
  public static <T extends Record> T with(T record, String component, Object value) {
    try {
      RecordComponent[] components = record.getClass().getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      boolean found = false;
      for (int i = 0; i < components.length; i++) {
        boolean here = components[i].getName().equals(component);
        found |= here;
        types[i] = components[i].getType();
        values[i] = here ? value : components[i].getAccessor().invoke(record);
      }
      if (!found) {
        throw new IllegalArgumentException(record.getClass() + " has no component " + component);
      }
      @SuppressWarnings("unchecked") // The class of the very record.
      Constructor<T> canonical = (Constructor<T>) record.getClass().getDeclaredConstructor(types);
      return canonical.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no copy with another " + component, e);
    }
  }
}
