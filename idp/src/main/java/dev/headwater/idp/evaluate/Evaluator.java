package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Fingerprint;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.ItemKnn;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.heldout.BlendedScorer;
import dev.headwater.idp.heldout.CentredScorer;
import dev.headwater.idp.heldout.CountScorer;
import dev.headwater.idp.heldout.EaseScorer;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.heldout.PopularityScorer;
import dev.headwater.idp.heldout.Scorer;
import dev.headwater.idp.heldout.TextScorer;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextVectors;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.TrainConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The verb {@code evaluate}: one mode on one target. For one thread. */
public final class Evaluator {
  /** A user's last items that text nearest neighbours look at. */
  static final int KNN_LAST_ITEMS = 3;

  /** Without a stream lists may be long: they are in nobody's way. */
  static final int LIST = 1_024;

  private static final double[] DECAYS = {0.5, 0.6, 0.7, 0.8, 0.9, 1};
  private static final double[] NORMS = {0.1, 0.2, 0.3, 0.4, 0.5};
  private static final float[] BLENDS = {0.125f, 0.25f, 0.5f, 1, 2, 4};

  private final TextEncoder textEncoder;

  /** Uses a text encoder that somebody else closes. */
  public Evaluator(TextEncoder textEncoder) {
    this.textEncoder = textEncoder;
  }

  /**
   * Evaluates.
   *
   * @throws IllegalArgumentException if the mode needs a bundle and there is none
   * @throws DataException if the mode asks what a bundle makes of events that it has not seen, and
   *     it was trained on them
   */
  public EvaluateResult run(EvaluateRequest request) {
    long start = System.nanoTime();
    if (request.mode().needsBundle() && request.bundle() == null) {
      throw new IllegalArgumentException("mode " + request.mode().flag() + " needs a bundle");
    }
    requireUnseen(request);
    Map<String, String> config = config(request);
    float[][] texts = TextVectors.of(request.target(), textEncoder, request.textCache());
    TargetSettings settings = request.settings();
    SourceBundle bundle = request.bundle();
    ColdResult cold = null;
    StreamResult stream = null;
    Selection verdict = new Selection(null, 0, 0);
    switch (request.mode()) {
      case COLD_ITEMS -> cold = new ColdEvaluation(request, settings, texts).run(required(bundle));
      case STREAM ->
          stream =
              new StreamEvaluation(stream(request)).run(request.target(), texts, required(bundle));
      default -> verdict = judge(request, settings, TargetData.of(request.target(), texts));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    config.put("epochs", Integer.toString(verdict.epochs()));
    return new EvaluateResult(verdict.test(), verdict.validation(), cold, stream, seconds, config);
  }

  /**
   * All that a result depends on, apart from the code: same configuration, same figures.
   *
   * @return names and values for people to read
   */
  public Map<String, String> config(EvaluateRequest request) {
    SourceBundle bundle = request.bundle();
    return config(request, bundle == null ? null : bundle.manifest(), textEncoder.id());
  }

  /**
   * The same where the bundle of the request need not be there.
   *
   * @param bundle what stands in it
   * @param textEncoder the identifier of the text encoder
   */
  public static Map<String, String> config(
      EvaluateRequest request, @Nullable BundleManifest bundle, String textEncoder) {
    Mode mode = request.mode();
    BundleManifest from = mode.needsBundle() ? bundle : null;
    Map<String, String> config = new TreeMap<>();
    config.put("mode", mode.flag());
    config.put("target", request.target().name());
    config.put("data", Fingerprint.of(request.target()));
    config.put(
        "encoder",
        from == null || mode.makesEncoder() ? request.encoderKind() : from.encoderKind());
    config.put("text-encoder", textEncoder);
    config.put("seed", Long.toString(request.seed()));
    config.put(
        "settings",
        mode == Mode.STREAM ? stream(request).toString() : request.settings().toString());
    if (from != null) {
      config.put("bundle", from.bundleId());
      Knowledge knowledge = knows(from, request.target());
      if (knowledge != Knowledge.NONE) {
        config.put("bundle-knows-target", knowledge.name().toLowerCase(Locale.ROOT));
      }
    }
    if (mode == Mode.NEW_ENCODER && from != null) {
      config.put("item-bias", String.valueOf(from.bias()));
    }
    if (mode == Mode.COLD_ITEMS) {
      config.put("splits", Integer.toString(request.splits()));
    }
    return config;
  }

  private static void requireUnseen(EvaluateRequest request) {
    if (request.mode().needsUnseenTarget()
        && request.bundle() != null
        && knows(request.bundle().manifest(), request.target()) == Knowledge.OF_THESE_EVENTS) {
      throw new DataException(
          "the bundle was trained on these events of %s: mode %s would ask what it was told"
              .formatted(request.target().name(), request.mode().flag()));
    }
  }

  /** What a bundle was told of a target. */
  private enum Knowledge {
    NONE,
    OF_OTHER_EVENTS,
    OF_THESE_EVENTS
  }

  private static Knowledge knows(BundleManifest bundle, DomainData target) {
    for (BundleManifest.Source source : bundle.sources()) {
      if (source.domain().equals(target.name())) {
        return source.fingerprint().equals(Fingerprint.of(target))
            ? Knowledge.OF_THESE_EVENTS
            : Knowledge.OF_OTHER_EVENTS;
      }
    }
    return Knowledge.NONE;
  }

  private record Selection(@Nullable Judgement test, double validation, int epochs) {}

  private static Selection judge(
      EvaluateRequest request, TargetSettings settings, TargetData data) {
    Judge judge = new Judge(data.itemCount());
    Optional<TableSystem> system = TableSystems.of(request.mode());
    if (system.isPresent()) {
      try (Learned learned = system.get().learn(request, data)) {
        return new Selection(
            judge.judge(learned.scorer(), data.test()), learned.validation(), learned.epochs());
      }
    }
    switch (request.mode()) {
      case POPULARITY -> {
        return chosen(judge, data, new PopularityScorer(data.itemCount(), data.train()));
      }
      case TEXT_KNN -> {
        try (TextScorer texts = new TextScorer(data.texts(), KNN_LAST_ITEMS)) {
          return chosen(judge, data, texts);
        }
      }
      case ITEM_KNN -> {
        return best(judge, data, counting(data));
      }
      case EASE -> {
        EaseScorer ease = EaseScorer.fit(data.itemCount(), data.train());
        return best(judge, data, Arrays.stream(DECAYS).mapToObj(ease::withDecay).toList());
      }
      default -> {
        try (TargetModel model = start(request, settings, data)) {
          return switch (request.mode()) {
            case RANKED -> ranked(request, settings, judge, data, model);
            case ZERO_SHOT -> chosen(judge, data, untrained(settings, model, data));
            case ZERO_SHOT_TEXT -> blended(settings, judge, data, model);
            default -> trained(request, settings, judge, data, model);
          };
        }
      }
    }
  }

  private static Selection trained(
      EvaluateRequest request,
      TargetSettings settings,
      Judge judge,
      TargetData data,
      TargetModel model) {
    Mode mode = request.mode();
    TargetModel.Extras extras =
        new TargetModel.Extras(
            mode == Mode.SCRATCH_ROW_SWAP || mode == Mode.FINE_TUNE_ROW_SWAP, mode == Mode.ID_TEXT);
    TrainConfig train = settings.train();
    if (request.mode() == Mode.EMBEDDINGS_ONLY) {
      train = train.toBuilder().frozenEncoder().build();
    }
    FitResult fit = model.train(settings, train, extras, request.listener());
    return new Selection(judge.judge(model.scorer(), data.test()), fit.bestMetric(), fit.epochs());
  }

  /** Rows fine-tuned as does best on a target of its size; the ranker learns on validation. */
  private static Selection ranked(
      EvaluateRequest request,
      TargetSettings settings,
      Judge judge,
      TargetData data,
      TargetModel model) {
    TargetModel.Extras extras =
        settings.isLarge() ? TargetModel.Extras.NONE : TargetModel.Extras.SWAP;
    FitResult fit = model.train(settings, settings.train(), extras, request.listener());
    ItemBook book = CountScorer.book(data.train(), LIST);
    List<NearTexts> near = NearestTexts.of(data.texts());
    Function<List<HeldOut>, Scorer> learned =
        questions -> {
          RankedScorer ranker = new RankedScorer(model.scorer(), fit.logitScale(), book, near);
          ranker.learn(questions, request.seed());
          return ranker;
        };
    double validation = judge.judge(learned.apply(half(data, 0)), half(data, 1)).ndcg10();
    Scorer scorer = learned.apply(data.validation());
    return new Selection(judge.judge(scorer, data.test()), validation, fit.epochs());
  }

  /** Every other question of the validation users: what learned from these is judged by those. */
  private static List<HeldOut> half(TargetData data, int which) {
    List<HeldOut> all = data.validation();
    return IntStream.range(0, all.size()).filter(i -> i % 2 == which).mapToObj(all::get).toList();
  }

  private static List<Scorer> counting(TargetData data) {
    ItemBook book = CountScorer.book(data.train(), LIST);
    List<Scorer> scorers = new ArrayList<>();
    for (double decay : DECAYS) {
      for (double norm : NORMS) {
        scorers.add(new CountScorer(new ItemKnn(book, decay, norm), data.itemCount()));
      }
    }
    return scorers;
  }

  /** The one that is best on validation. */
  private static Selection best(Judge judge, TargetData data, List<? extends Scorer> scorers) {
    Scorer best = scorers.get(0);
    double bestNdcg = -1;
    for (Scorer scorer : scorers) {
      double ndcg = judge.judge(scorer, data.validation()).ndcg10();
      if (ndcg > bestNdcg) {
        bestNdcg = ndcg;
        best = scorer;
      }
    }
    return new Selection(judge.judge(best, data.test()), bestNdcg, 0);
  }

  private static Selection chosen(Judge judge, TargetData data, Scorer scorer) {
    return new Selection(
        judge.judge(scorer, data.test()), judge.judge(scorer, data.validation()).ndcg10(), 0);
  }

  private static Scorer untrained(TargetSettings settings, TargetModel model, TargetData data) {
    List<int[]> histories = data.validation().stream().map(HeldOut::history).toList();
    return settings.centred() && !histories.isEmpty()
        ? new CentredScorer(model.scorer(), histories)
        : model.scorer();
  }

  /** ID scores and text scores together; the blend is chosen on validation. */
  private static Selection blended(
      TargetSettings settings, Judge judge, TargetData data, TargetModel model) {
    try (TextScorer texts = new TextScorer(data.texts(), KNN_LAST_ITEMS)) {
      Scorer ids = untrained(settings, model, data);
      List<Scorer> blends = new ArrayList<>();
      for (float weight : BLENDS) {
        blends.add(new BlendedScorer(ids, texts, weight));
      }
      return best(judge, data, blends);
    }
  }

  private static TargetModel start(
      EvaluateRequest request, TargetSettings settings, TargetData data) {
    SplittableRandom random = new SplittableRandom(request.seed());
    SourceBundle bundle = request.bundle();
    if (!request.mode().needsBundle() || bundle == null) {
      SequenceEncoder fresh =
          SequenceEncoders.create(request.encoderKind(), EncoderConfig.defaults(), random);
      return TargetModel.random(data, fresh, request.seed());
    }
    SequenceEncoder encoder =
        request.mode() == Mode.NEW_ENCODER
            ? bundle.biased(
                SequenceEncoders.create(request.encoderKind(), bundle.manifest().encoder(), random))
            : bundle.newEncoder();
    return TargetModel.generated(data, encoder, bundle, settings);
  }

  private static StreamSettings stream(EvaluateRequest request) {
    return StreamSettings.defaults(request.settings().coldStart(), request.seed());
  }

  static SourceBundle required(@Nullable SourceBundle bundle) {
    if (bundle == null) {
      throw new IllegalArgumentException("this mode needs a bundle");
    }
    return bundle;
  }
}
