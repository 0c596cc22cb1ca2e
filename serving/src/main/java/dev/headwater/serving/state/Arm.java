package dev.headwater.serving.state;

import java.nio.charset.StandardCharsets;

/**
 * A part of the users that is served by a model of its own, so that two models can be compared.
 * What no arm takes is served by the announced model, under the name {@link #REST}.
 *
 * @param name stands in answers
 * @param model bundle id
 * @param share of the users, 0 to 1
 */
public record Arm(String name, String model, double share) {
  /** Name of the users that no arm takes. */
  public static final String REST = "announced";

  /** Checks the values. */
  public Arm {
    if (name.isEmpty() || name.equals(REST) || model.isEmpty() || !(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "an arm has a name other than '" + REST + "', a model and a share from 0 to 1");
    }
  }

  /** Returns where a user stands between 0 and 1: the same on every node and after a restart. */
  static double place(String domain, String user) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : (domain + "/" + user).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return ((hash ^ (hash >>> 33)) >>> 11) * 0x1.0p-53;
  }
}
