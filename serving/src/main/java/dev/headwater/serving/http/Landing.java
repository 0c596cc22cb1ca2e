package dev.headwater.serving.http;

import dev.headwater.client.answers.ApiListing;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import java.util.List;

/** {@code GET /}: what this is, where people look, and its endpoints. */
final class Landing implements Endpoint {
  private final ApiListing page;

  Landing(List<String> endpoints) {
    page = new ApiListing("headwater serving", "/console/", List.copyOf(endpoints));
  }

  @Override
  public Object handle(ApiRequest request) {
    return page;
  }
}
