package dev.headwater.mapping;

/** How keys and values of a topic are written. */
public enum Format {
  /** JSON, also with the five bytes that a registry's JSON Schema serializer puts before it. */
  JSON,
  /** Avro: behind the five bytes that name its schema in a registry, or bare with a schema file. */
  AVRO,
  /** Protobuf: behind the bytes that name schema and message, or bare with a schema file. */
  PROTOBUF,
  /** UTF-8 text as it is: what most keys are. */
  TEXT
}
