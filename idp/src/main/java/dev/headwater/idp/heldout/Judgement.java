package dev.headwater.idp.heldout;

/**
 * How good a scorer is.
 *
 * @param hr10 share of targets among the first ten of the whole catalog
 * @param ndcg10 normalised discounted gain among them
 * @param mrr mean reciprocal rank in the whole catalog
 * @param sampledHr1 share of targets before 99 random unseen items
 * @param sampledHr5 share among the first five of the hundred
 * @param sampledNdcg5 gain among them
 * @param users how many were asked
 * @param hr10Interval where {@code hr10} lies with 95 % confidence
 * @param ndcg10Interval where {@code ndcg10} does
 */
public record Judgement(
    double hr10,
    double ndcg10,
    double mrr,
    double sampledHr1,
    double sampledHr5,
    double sampledNdcg5,
    int users,
    Interval hr10Interval,
    Interval ndcg10Interval) {}
