package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.train.EpochProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One cell of the table of modes and targets.
 *
 * @param target the target domain
 * @param mode what to evaluate
 * @param bundle where to start from; null in modes that need none
 * @param encoderKind which encoder, in modes that make a fresh one
 * @param settings how to train, and how rows are made from texts
 * @param seed of all that is random
 * @param textCache where text vectors are kept; null keeps nothing
 * @param splits how many choices of cold items are averaged
 * @param sources data of the source domains, for systems that pre-train by themselves; empty where
 *     none does
 * @param listener hears progress of training
 */
public record EvaluateRequest(
    DomainData target,
    Mode mode,
    @Nullable SourceBundle bundle,
    String encoderKind,
    TargetSettings settings,
    long seed,
    @Nullable Path textCache,
    int splits,
    List<DomainData> sources,
    Consumer<EpochProgress> listener) {
  /** With five cold splits, no cache, silent. */
  public static EvaluateRequest of(
      DomainData target,
      Mode mode,
      @Nullable SourceBundle bundle,
      TargetSettings settings,
      long seed) {
    return new EvaluateRequest(
        target, mode, bundle, "sasrec", settings, seed, null, 5, List.of(), progress -> {});
  }

  /** The same with a cache of text vectors. */
  public EvaluateRequest withTextCache(Path cache) {
    return new EvaluateRequest(
        target, mode, bundle, encoderKind, settings, seed, cache, splits, sources, listener);
  }

  /** The same with another encoder. */
  public EvaluateRequest withEncoder(String kind) {
    return new EvaluateRequest(
        target, mode, bundle, kind, settings, seed, textCache, splits, sources, listener);
  }

  /** The same with somebody who hears progress. */
  public EvaluateRequest withListener(Consumer<EpochProgress> newListener) {
    return new EvaluateRequest(
        target, mode, bundle, encoderKind, settings, seed, textCache, splits, sources, newListener);
  }

  /** The same with another number of cold splits. */
  public EvaluateRequest withSplits(int count) {
    return new EvaluateRequest(
        target, mode, bundle, encoderKind, settings, seed, textCache, count, sources, listener);
  }

  /** The same with data of source domains. */
  public EvaluateRequest withSources(List<DomainData> domains) {
    return new EvaluateRequest(
        target, mode, bundle, encoderKind, settings, seed, textCache, splits, domains, listener);
  }
}
