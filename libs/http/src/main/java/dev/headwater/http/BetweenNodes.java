package dev.headwater.http;

import com.linecorp.armeria.common.RequestHeaders;

/**
 * What nodes of one installation ask each other. A neighbour speaks for many clients, so the bound
 * on one address is not for it, provided that it shows an operator's key where keys are asked for;
 * what a client sends is counted where it came in.
 */
public final class BetweenNodes {
  /** Says that a request was handed on once: whoever gets it answers. */
  public static final String HANDED_ON = "x-headwater-handed-on";

  private BetweenNodes() {}

  static boolean is(ApiRoute route, RequestHeaders headers) {
    return route.isInternal() || headers.contains(HANDED_ON);
  }
}
