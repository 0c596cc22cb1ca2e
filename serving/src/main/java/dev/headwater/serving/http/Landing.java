package dev.headwater.serving.http;

import java.util.List;

/** {@code GET /}: what this is, and its endpoints. */
final class Landing implements Endpoint {
  private final Page page;

  /** The answer. */
  record Page(String service, List<String> endpoints) {}

  Landing(List<String> endpoints) {
    page = new Page("headwater serving", List.copyOf(endpoints));
  }

  @Override
  public Object handle(ApiRequest request) {
    return page;
  }
}
