package dev.headwater.idp.rank;

/**
 * What an answer is made for: it decides which weights count. Never changed; for any thread.
 *
 * @param historyLength how many items the history has
 * @param idleMs milliseconds since its newest event; below 0 where that is not known
 * @param lastTaken how often its last item was taken, faded; 0 for never
 * @param lastAge ticks since its last item was first taken; 0 for never
 */
record RankContext(int historyLength, long idleMs, double lastTaken, double lastAge) {}
