package dev.headwater.serving.http;

import java.util.List;

/** {@code GET /}: what this is, where people look, and its endpoints. */
final class Landing implements Endpoint {
  private final Page page;

  /** The answer. */
  record Page(String service, String console, List<String> endpoints) {}

  Landing(List<String> endpoints) {
    page = new Page("headwater serving", "/console/", List.copyOf(endpoints));
  }

  @Override
  public Object handle(ApiRequest request) {
    return page;
  }
}
