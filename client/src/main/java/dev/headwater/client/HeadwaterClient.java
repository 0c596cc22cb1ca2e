package dev.headwater.client;

import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.ItemStatusList;
import dev.headwater.client.answers.Place;
import dev.headwater.client.answers.Published;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.client.answers.RecommendationsByUser;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a serving node for one domain and waits for each answer; {@link #async} does not wait.
 * Events and items are checked before they are sent, by the rules that are applied when they
 * arrive: what would be refused is refused here, and costs no call. Thread-safe; keep one and share
 * it. {@link NodeClient} makes clients of several domains that share their connections.
 *
 * <p>Every method may throw {@link HeadwaterException}.
 */
public final class HeadwaterClient {
  private final Calls calls;
  private final ShopCalls shop;

  HeadwaterClient(Calls calls, ShopCalls shop) {
    this.calls = calls;
    this.shop = shop;
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
    return NodeClient.at(node).with(retries).with(credentials).shop(domain);
  }

  /**
   * Returns the same client, whose calls go on in the caller's trace.
   *
   * @param traceparent gives the W3C header of the trace that is current where a call is made, or
   *     null for none; asked on the calling thread
   */
  public HeadwaterClient tracedBy(Supplier<@Nullable String> traceparent) {
    return new HeadwaterClient(calls.tracedBy(traceparent), shop);
  }

  /** Returns the same calls without waiting for their answers. */
  public AsyncHeadwaterClient async() {
    return new AsyncHeadwaterClient(calls, shop);
  }

  /** Returns what to show a user now. */
  public Recommendations forUser(String user, Wish wish) {
    return calls.answer(shop.forUser(user, wish));
  }

  /** Returns what to show several users now, at most a hundred, in the order asked. */
  public RecommendationsByUser forUsers(List<String> users, Wish wish) {
    return calls.answer(shop.forUsers(users, wish));
  }

  /** Returns what to show after a history, oldest first; nothing is remembered. */
  public Recommendations forHistory(List<String> history, Wish wish) {
    return calls.answer(shop.forHistory(history, wish));
  }

  /** Returns items like an item. */
  public Recommendations similar(String item, Wish wish) {
    return calls.answer(shop.similar(item, wish));
  }

  /** Returns where an item is on its way into the answers. */
  public ItemStatus status(String item) {
    return calls.answer(shop.status(item));
  }

  /** Returns where several items are on their way, in the order asked. */
  public ItemStatusList statuses(List<String> items) {
    return calls.answer(shop.statuses(items));
  }

  /**
   * Publishes an event; returns once all replicas have it.
   *
   * @throws RejectedRecordException when it does not meet the contract; nothing was sent
   */
  public Place publish(Interaction event) throws RejectedRecordException {
    return calls.answer(shop.event(event));
  }

  /**
   * Publishes several events in one call, at most 500.
   *
   * @throws RejectedRecordException when one does not meet the contract; nothing was sent
   */
  public Published publish(List<Interaction> events) throws RejectedRecordException {
    return calls.answer(shop.events(events));
  }

  /**
   * Publishes an item; returns once all replicas have it. {@link #status} tells when it is visible.
   *
   * @throws RejectedRecordException when it does not meet the contract; nothing was sent
   */
  public Place publish(CatalogItem item) throws RejectedRecordException {
    return calls.answer(shop.item(item));
  }

  /**
   * Publishes several items in one call, at most 500.
   *
   * @throws RejectedRecordException when one does not meet the contract; nothing was sent
   */
  public Published publishItems(List<CatalogItem> items) throws RejectedRecordException {
    return calls.answer(shop.items(items));
  }

  /** Takes an item out of the catalog. */
  public Place removeItem(String item) {
    return calls.answer(shop.removeItem(item));
  }
}
