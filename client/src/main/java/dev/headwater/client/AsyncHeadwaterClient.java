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
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of a {@link HeadwaterClient} without waiting for the answers. A future fails with a
 * {@link HeadwaterException} only; waits between retries hold no thread. What does not meet the
 * contract is refused at once, by the exception and not by the future. Thread-safe.
 */
public final class AsyncHeadwaterClient {
  private final Calls calls;
  private final ShopCalls shop;

  AsyncHeadwaterClient(Calls calls, ShopCalls shop) {
    this.calls = calls;
    this.shop = shop;
  }

  /** Asks what to show a user now. */
  public CompletableFuture<Recommendations> forUser(String user, Wish wish) {
    return calls.send(shop.forUser(user, wish));
  }

  /** Asks what to show several users now. */
  public CompletableFuture<RecommendationsByUser> forUsers(List<String> users, Wish wish) {
    return calls.send(shop.forUsers(users, wish));
  }

  /** Asks what to show after a history, oldest first. */
  public CompletableFuture<Recommendations> forHistory(List<String> history, Wish wish) {
    return calls.send(shop.forHistory(history, wish));
  }

  /** Asks for items like an item. */
  public CompletableFuture<Recommendations> similar(String item, Wish wish) {
    return calls.send(shop.similar(item, wish));
  }

  /** Asks where an item is on its way into the answers. */
  public CompletableFuture<ItemStatus> status(String item) {
    return calls.send(shop.status(item));
  }

  /** Asks where several items are on their way. */
  public CompletableFuture<ItemStatusList> statuses(List<String> items) {
    return calls.send(shop.statuses(items));
  }

  /** Publishes an event; complete once all replicas have it. */
  public CompletableFuture<Place> publish(Interaction event) throws RejectedRecordException {
    return calls.send(shop.event(event));
  }

  /** Publishes several events in one call, at most 500. */
  public CompletableFuture<Published> publish(List<Interaction> events)
      throws RejectedRecordException {
    return calls.send(shop.events(events));
  }

  /** Publishes an item; complete once all replicas have it. */
  public CompletableFuture<Place> publish(CatalogItem item) throws RejectedRecordException {
    return calls.send(shop.item(item));
  }

  /** Takes an item out of the catalog. */
  public CompletableFuture<Place> removeItem(String item) {
    return calls.send(shop.removeItem(item));
  }
}
