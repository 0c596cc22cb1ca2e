package dev.headwater.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.ItemStatusList;
import dev.headwater.client.answers.Place;
import dev.headwater.client.answers.Published;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.client.answers.RecommendationsByUser;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The calls of a shop about one domain, before they are made: by waiting, or without. */
final class ShopCalls {
  private final String domain;

  ShopCalls(String domain) {
    this.domain = domain;
  }

  Call<Recommendations> forUser(String user, Wish wish) {
    return Call.get(
        Paths.of(domain, "users", user, "recommendations") + Paths.query(wish.values()),
        Recommendations.class);
  }

  Call<RecommendationsByUser> forUsers(List<String> users, Wish wish) {
    ObjectNode body = WishBody.of(wish);
    users.forEach(body.putArray("users")::add);
    return Call.post(
        Paths.of(domain, "users", "recommendations"),
        Calls.bytes(body),
        RecommendationsByUser.class);
  }

  Call<Recommendations> forHistory(List<String> history, Wish wish) {
    ObjectNode body = WishBody.of(wish);
    history.forEach(body.putArray("history")::add);
    return Call.post(Paths.of(domain, "recommendations"), Calls.bytes(body), Recommendations.class);
  }

  Call<Recommendations> similar(String item, Wish wish) {
    return Call.get(
        Paths.of(domain, "items", item, "similar") + Paths.query(wish.values()),
        Recommendations.class);
  }

  Call<ItemStatus> status(String item) {
    return Call.get(Paths.of(domain, "items", item, "status"), ItemStatus.class);
  }

  Call<ItemStatusList> statuses(List<String> items) {
    ObjectNode body = Calls.JSON.createObjectNode();
    items.forEach(body.putArray("items")::add);
    return Call.post(Paths.of(domain, "items", "status"), Calls.bytes(body), ItemStatusList.class);
  }

  Call<Place> event(Interaction event) throws RejectedRecordException {
    return Call.post(Paths.of(domain, "events"), event.checked().toJson(), Place.class);
  }

  Call<Published> events(List<Interaction> events) throws RejectedRecordException {
    List<byte[]> records = new ArrayList<>();
    for (Interaction event : events) {
      records.add(event.checked().toJson());
    }
    return several("events", records);
  }

  Call<Place> item(CatalogItem item) throws RejectedRecordException {
    return Call.post(Paths.of(domain, "items"), item.checked().toJson(), Place.class);
  }

  Call<Published> items(List<CatalogItem> items) throws RejectedRecordException {
    List<byte[]> records = new ArrayList<>();
    for (CatalogItem item : items) {
      records.add(item.checked().toJson());
    }
    return several("items", records);
  }

  Call<Place> removeItem(String item) {
    return Call.delete(Paths.of(domain, "items", item), Place.class);
  }

  private Call<Published> several(String list, List<byte[]> records) {
    ObjectNode body = Calls.JSON.createObjectNode();
    try {
      for (byte[] record : records) {
        body.withArray(list).add(Calls.JSON.readTree(record));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Call.post(Paths.of(domain, list), Calls.bytes(body), Published.class);
  }
}
