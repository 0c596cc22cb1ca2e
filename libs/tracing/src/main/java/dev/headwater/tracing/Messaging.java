package dev.headwater.tracing;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Names of OpenTelemetry's semantic conventions for messaging, as far as they are used here. Keys
 * of records are left out on purpose: they name people.
 */
final class Messaging {
  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  static final AttributeKey<String> GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");

  static final String KAFKA = "kafka";
  static final String PROCESS = "process";
  static final String SEND = "send";

  private Messaging() {}
}
