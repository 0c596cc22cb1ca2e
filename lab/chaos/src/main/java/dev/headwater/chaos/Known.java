package dev.headwater.chaos;

/**
 * What earlier faults have cost, so that it is not counted again, nor waited for.
 *
 * @param missing clicks in no history
 * @param unlearned examples neither learned nor accounted for; negative when learned twice
 */
record Known(long missing, long unlearned) {
  static final Known NOTHING = new Known(0, 0);

  static Known of(Stage stage) {
    Ledger ledger = stage.ledger();
    return new Known(
        ledger.missing(stage.load().taken()).size(),
        ledger.examples() - ledger.learned() - ledger.dropped());
  }

  /**
   * Returns clicks lost since then. What was learned twice before, and stands, is where it is
   * counted from: it makes up for nothing.
   */
  long lostSince(Known before) {
    return Math.max(0, missing - before.missing) + Math.max(0, unlearned - before.unlearned);
  }
}
