package dev.headwater.ingest;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.RequestCompletionHandler;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kafka Streams' clients, of which the consumer of public topics passes what it fetched through a
 * {@link BatchBound} before it looks into it. Kafka offers no place for that: its consumer's
 * network client is wrapped by reflection (decision 8 says what else was looked at), and a Kafka
 * client whose fields are others refuses to start.
 */
final class BoundedClients extends DefaultKafkaClientSupplier {
  private final int maxBytes;

  /**
   * Supplies clients.
   *
   * @param maxBytes most bytes that the batches of a partition in one answer may decompress to
   */
  BoundedClients(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> consumer = super.getConsumer(config);
    try {
      Object network = value(value(consumer, "delegate"), "client");
      Field client = field(network, "client");
      String id = String.valueOf(config.get(CommonClientConfigs.CLIENT_ID_CONFIG));
      client.set(network, bounded((KafkaClient) client.get(network), id));
    } catch (ReflectiveOperationException | ClassCastException e) {
      consumer.close();
      throw new IllegalStateException("this Kafka client cannot be bounded", e);
    }
    return consumer;
  }

  private static Object value(Object of, String name) throws ReflectiveOperationException {
    return field(of, name).get(of);
  }

  private static Field field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private KafkaClient bounded(KafkaClient client, String clientId) {
    BatchBound bound = new BatchBound(maxBytes);
    return (KafkaClient)
        Proxy.newProxyInstance(
            KafkaClient.class.getClassLoader(),
            new Class<?>[] {KafkaClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("send")) {
                arguments[0] = bounded((ClientRequest) arguments[0], clientId, bound);
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static ClientRequest bounded(ClientRequest request, String clientId, BatchBound bound) {
    RequestCompletionHandler handler = request.callback();
    if (request.apiKey() != ApiKeys.FETCH || handler == null) {
      return request;
    }
    return new ClientRequest(
        request.destination(),
        request.requestBuilder(),
        request.correlationId(),
        clientId,
        request.createdTimeMs(),
        request.expectResponse(),
        request.requestTimeoutMs(),
        response -> {
          apply(response.responseBody(), bound);
          handler.onComplete(response);
        });
  }

  private static void apply(@Nullable Object response, BatchBound bound) {
    if (response instanceof FetchResponse fetched) {
      for (FetchableTopicResponse topic : fetched.data().responses()) {
        for (PartitionData partition : topic.partitions()) {
          if (partition.records() instanceof MemoryRecords records) {
            partition.setRecords(bound.apply(records));
          }
        }
      }
    }
  }
}
