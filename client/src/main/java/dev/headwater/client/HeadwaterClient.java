package dev.headwater.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a serving node for one domain. Events and items are checked before they are sent, by the
 * same code that checks them when they arrive: what would be refused is refused here, and costs no
 * call. Thread-safe; keep one and share it.
 *
 * <p>Every method may throw {@link HeadwaterException}.
 */
public final class HeadwaterClient {
  private static final String GET = "GET";
  private static final String POST = "POST";

  private final Calls calls;
  private final String domain;

  private HeadwaterClient(Calls calls, String domain) {
    this.calls = calls;
    this.domain = domain;
  }

  /**
   * Creates a client with default retries.
   *
   * @param node for example {@code http://localhost:8080}
   * @param domain all calls are about
   */
  public static HeadwaterClient of(URI node, String domain) {
    return of(node, domain, Retries.DEFAULT);
  }

  /** Creates a client. */
  public static HeadwaterClient of(URI node, String domain, Retries retries) {
    return of(node, domain, retries, Credentials.NONE);
  }

  /**
   * Creates a client that shows a key.
   *
   * @param node {@code http://…} or {@code https://…}
   */
  public static HeadwaterClient of(
      URI node, String domain, Retries retries, Credentials credentials) {
    return new HeadwaterClient(new Calls(node, retries, credentials), domain);
  }

  /**
   * Returns the same client, whose calls go on in the caller's trace.
   *
   * @param traceparent gives the W3C header of the trace that is current where a call is made, or
   *     null for none; asked on the calling thread
   */
  public HeadwaterClient tracedBy(Supplier<@Nullable String> traceparent) {
    return new HeadwaterClient(calls.tracedBy(traceparent), domain);
  }

  /** Returns what to show a user now. */
  public Recommendations forUser(String user, Wish wish) {
    String path = path("users", user, "recommendations") + Calls.query(wish.values());
    return calls.call(GET, path, null, Recommendations.class);
  }

  /** Returns what to show after a history, oldest first; nothing is remembered. */
  public Recommendations forHistory(List<String> history, Wish wish) {
    ObjectNode body = WishBody.of(wish);
    history.forEach(body.putArray("history")::add);
    return calls.call(POST, path("recommendations"), Calls.bytes(body), Recommendations.class);
  }

  /** Returns items like an item. */
  public Recommendations similar(String item, Wish wish) {
    String path = path("items", item, "similar") + Calls.query(wish.values());
    return calls.call(GET, path, null, Recommendations.class);
  }

  /** Returns where an item is on its way into the answers. */
  public ItemStatus status(String item) {
    return calls.call(GET, path("items", item, "status"), null, ItemStatus.class);
  }

  /**
   * Publishes an event; returns once all replicas have it.
   *
   * @throws RejectedRecordException when it does not meet the contract; nothing was sent
   */
  public Place publish(Interaction event) throws RejectedRecordException {
    return calls.call(POST, path("events"), event.checked().toJson(), Place.class);
  }

  /**
   * Publishes several events in one call, at most 500.
   *
   * @throws RejectedRecordException when one does not meet the contract; nothing was sent
   */
  public Published publish(List<Interaction> events) throws RejectedRecordException {
    ObjectNode body = Calls.JSON.createObjectNode();
    ArrayNode list = body.putArray("events");
    for (Interaction event : events) {
      list.add(Calls.read(event.checked().toJson()));
    }
    return calls.call(POST, path("events"), Calls.bytes(body), Published.class);
  }

  /**
   * Publishes an item; returns once all replicas have it. {@link #status} tells when it is visible.
   *
   * @throws RejectedRecordException when it does not meet the contract; nothing was sent
   */
  public Place publish(CatalogItem item) throws RejectedRecordException {
    return calls.call(POST, path("items"), item.checked().toJson(), Place.class);
  }

  /** Takes an item out of the catalog. */
  public Place removeItem(String item) {
    return calls.call("DELETE", path("items", item), null, Place.class);
  }

  private String path(String... segments) {
    StringBuilder path = new StringBuilder("/v1/domains/").append(Calls.encoded(domain));
    for (String segment : segments) {
      path.append('/').append(Calls.encoded(segment));
    }
    return path.toString();
  }

  /** A wish as the fields of a body. */
  private static final class WishBody {
    private static final TypeReference<Object> ANY = new TypeReference<>() {};

    private WishBody() {}

    static ObjectNode of(Wish wish) {
      ObjectNode body = Calls.JSON.createObjectNode();
      wish.values().forEach((name, values) -> put(body, name, values));
      return body;
    }

    private static void put(ObjectNode body, String name, List<String> values) {
      switch (name) {
        case "category" -> values.forEach(body.withArray("categories")::add);
        case "brand" -> values.forEach(body.withArray("brands")::add);
        case "exclude" -> values.forEach(body.withArray(name)::add);
        case "attribute" ->
            values.forEach(
                pair ->
                    body.withObject("/attributes")
                        .put(
                            pair.substring(0, pair.indexOf(':')),
                            pair.substring(pair.indexOf(':') + 1)));
        case "cursor" -> body.put(name, values.get(0));
        default -> body.set(name, Calls.JSON.valueToTree(literal(values.get(0))));
      }
    }

    /** Numbers, true and false read as in JSON. */
    private static Object literal(String text) {
      try {
        return Calls.JSON.readValue(text, ANY);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }
}
