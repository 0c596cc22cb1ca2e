package dev.headwater.mapping;

import java.util.List;

/**
 * A schema as a registry hands it out.
 *
 * @param type AVRO, PROTOBUF or JSON
 * @param text as it was registered
 * @param references what it imports, each after what it imports itself
 */
record RegisteredSchema(String type, String text, List<Named> references) {
  /** A schema under the name by which others refer to it. */
  record Named(String name, RegisteredSchema schema) {}

  RegisteredSchema {
    references = List.copyOf(references);
  }

  /** Returns a schema that refers to nothing. */
  static RegisteredSchema of(Format format, String text) {
    return new RegisteredSchema(format.name(), text, List.of());
  }
}
