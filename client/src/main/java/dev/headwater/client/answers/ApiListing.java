package dev.headwater.client.answers;

import java.util.List;

/**
 * What is served at an address.
 *
 * @param service what it is
 * @param console where people look
 * @param endpoints method and path of each
 */
public record ApiListing(String service, String console, List<String> endpoints) {
  /** Copies the list. */
  public ApiListing {
    endpoints = List.copyOf(endpoints);
  }
}
