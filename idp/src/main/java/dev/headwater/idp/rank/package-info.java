/**
 * One answer from several experts: candidates, their features, and the ranker that weighs them and
 * learns from the same clicks. FineTuneJob, serving and {@code evaluate} use these very classes on
 * the same inputs, so that what was learned is what is served.
 *
 * <p><b>Inputs.</b> A history of item numbers, oldest first; {@link
 * dev.headwater.idp.rank.Evidence}: counts and near texts by item, and the tick (events of the
 * domain counted so far); {@link dev.headwater.idp.rank.LearnedScores}: the logit of one item for
 * this user. Nothing is asked of items that are neither in the history nor candidates, so no one
 * scores the whole catalog; shares are over the candidates.
 *
 * <p><b>Who computes what.</b>
 *
 * <ul>
 *   <li>The owner of an item keeps its {@code ItemCounts} ({@code idp.expert}), beside its row.
 *   <li>ColdStartJob, or whoever has the texts, gives each item its {@code NearTexts}.
 *   <li>One place a domain learns the weights: {@link dev.headwater.idp.rank.OnlineRanker}; its
 *       {@link dev.headwater.idp.rank.RankerState} goes into checkpoints and, by {@link
 *       dev.headwater.idp.rank.RankerCodec}, into the versioned record.
 *   <li>Readers of rows keep an {@link dev.headwater.idp.rank.EvidenceBook}: serving, and a shard
 *       of the learner for what other shards own.
 *   <li>Serving ranks with {@link dev.headwater.idp.rank.Ranker}, which refuses weights that are
 *       not sane; before there are any, with {@link dev.headwater.idp.rank.RankerPrior}.
 * </ul>
 *
 * <p><b>Candidates, in this order</b>, into one {@link dev.headwater.idp.rank.CandidateSet} that
 * was started with the history:
 *
 * <ol>
 *   <li>the best of the index of learned rows, {@link dev.headwater.idp.rank.RankConfig#learned} of
 *       them;
 *   <li>{@link dev.headwater.idp.rank.Candidates#offer}: the lists of the last items;
 *   <li>the popular items, {@code ItemBook.popular()}.
 * </ol>
 *
 * <p><b>One event</b> (an example: history, then target), in this order, nothing leaks:
 *
 * <ol>
 *   <li>candidates, then {@link dev.headwater.idp.rank.Features#fill}, with the counts and rows of
 *       before the event;
 *   <li>the rank by {@link dev.headwater.idp.rank.OnlineRanker#scores}: the prequential figure;
 *   <li>{@link dev.headwater.idp.rank.OnlineRanker#learn}, a step on those features;
 *   <li>{@code ItemBook.learn}, or the {@code Links} of the example told to the owners of the
 *       items, and {@code ItemCounts.take} to the owner of the target;
 *   <li>the row tuner, whenever its batch is full.
 * </ol>
 *
 * <p>A user's first event has no history and no rank; it is counted all the same ({@code
 * ItemBook.learn} with an empty history). A weight below 0 is a dislike: the ranker pushes the item
 * down for such users, and the lists lose what tied it to the history.
 *
 * <p>It knows neither tensors nor Kafka, Flink or HTTP.
 */
@NullMarked
package dev.headwater.idp.rank;

import org.jspecify.annotations.NullMarked;
