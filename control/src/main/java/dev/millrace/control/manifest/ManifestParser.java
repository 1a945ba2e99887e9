package dev.millrace.control.manifest;

import dev.millrace.control.config.UpstreamKeys;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.JsonText;
import dev.millrace.control.yaml.MapReader;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.PlainValues;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Sample;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.task.TaskClass;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One manifest's top level, key by key. One use. */
final class ManifestParser {

  private static final long FUNCTION_DEADLINE_MILLIS = 10_000;
  private static final long GENERATOR_DEADLINE_MILLIS = 60_000;
  private static final long LONGEST_DEADLINE_MILLIS = 86_400_000;
  private static final int BATCH = 8;
  private static final int LARGEST_BATCH = 1_024;
  private static final int LONGEST_CONTEXT = 1 << 24;
  private static final int LONGEST_NOTICE = 4_096;

  private final MapReader root;
  private final Findings findings;
  private final Path folder;
  private final FolderContents contents;

  ManifestParser(MapReader root, Findings findings, Path folder, FolderContents contents) {
    this.root = root;
    this.findings = findings;
    this.folder = folder;
    this.contents = contents;
  }

  ModelSpec parse(@Nullable String variant) {
    String name = checked("name", ModelNames::isName, ModelNames.NAME_EXPECTED);
    String version = checked("version", ModelNames::isVersion, ModelNames.VERSION_EXPECTED);
    Kind kind = required("kind", Kind.values(), Kind.TENSOR);
    RuntimeKind runtime = required("runtime", RuntimeKind.values(), RuntimeKind.ONNX);
    Map<String, ModelFile> files =
        new ManifestFiles(root, findings, contents).parse(runtime, variant);
    ManifestFields fields = new ManifestFields(findings);
    ModelSpec spec =
        new ModelSpec(
            name,
            version,
            kind,
            runtime,
            contents.digest(),
            folder.toString(),
            files,
            inputs(fields, kind, runtime),
            fields.parse(root, "output"),
            steps(runtime, files.keySet()),
            optional("isolation", Isolation.values(), Isolation.WORKER),
            defaults(kind),
            context(kind, runtime),
            sample(),
            notice("licence"),
            notice("attribution"),
            new ManifestCapabilities(root, findings).parse(kind, runtime));
    root.finish();
    return spec;
  }

  private List<Field> inputs(ManifestFields fields, Kind kind, RuntimeKind runtime) {
    List<Field> declared = fields.parse(root, "input");
    return runtime == RuntimeKind.REMOTE && declared.isEmpty()
        ? RemoteSignature.inputs(kind)
        : declared;
  }

  /** A remote model's one step is where its servers are. */
  private List<Step> steps(RuntimeKind runtime, Set<String> roles) {
    YamlNode upstream = root.take(UpstreamKeys.STEP);
    if (runtime != RuntimeKind.REMOTE) {
      if (upstream != null) {
        root.wrong(UpstreamKeys.STEP, upstream, "none: only runtime remote has one");
      }
      return new ManifestSteps(root, findings, roles).parse();
    }
    YamlNode written = root.take("steps");
    if (written != null) {
      root.wrong("steps", written, "none with runtime remote");
    }
    if (upstream == null) {
      findings.add(root.placeOf(UpstreamKeys.STEP), UpstreamKeys.STEP, "nothing", "a map of keys");
      return List.of();
    }
    Step step = UpstreamKeys.read(upstream, UpstreamKeys.STEP, findings);
    return step == null ? List.of() : List.of(step);
  }

  private String checked(String key, Predicate<String> holds, String expected) {
    String text = root.requiredText(key);
    YamlNode node = root.take(key);
    if (node instanceof YamlNode.Scalar && !holds.test(text)) {
      root.wrong(key, node, expected);
    }
    return text;
  }

  private <E extends Enum<E>> E required(String key, E[] all, E absent) {
    root.requiredText(key);
    // What is no text was told just now.
    return root.take(key) instanceof YamlNode.Scalar ? optional(key, all, absent) : absent;
  }

  private <E extends Enum<E>> E optional(String key, E[] all, E absent) {
    return choice(root, key, all, absent);
  }

  private static <E extends Enum<E>> E choice(MapReader map, String key, E[] all, E absent) {
    String text = map.text(key);
    YamlNode node = map.take(key);
    if (text == null || node == null) {
      return absent;
    }
    for (E value : all) {
      if (written(value).equals(text)) {
        return value;
      }
    }
    List<String> names = Arrays.stream(all).map(ManifestParser::written).toList();
    map.wrong(key, node, Nearest.expectation(text, names));
    return absent;
  }

  /** The name of an enumeration's value as manifests write it. */
  static String written(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Defaults defaults(Kind kind) {
    long deadline = kind == Kind.GENERATE ? GENERATOR_DEADLINE_MILLIS : FUNCTION_DEADLINE_MILLIS;
    YamlNode.Mapping mapping = root.mapping("defaults");
    if (mapping == null) {
      return new Defaults(deadline, TaskClass.STANDARD, BATCH);
    }
    MapReader map = new MapReader(mapping, "defaults", findings);
    deadline = map.whole("deadline_ms", 1, LONGEST_DEADLINE_MILLIS, deadline);
    TaskClass taskClass = choice(map, "class", TaskClass.values(), TaskClass.STANDARD);
    int most = BATCH;
    YamlNode.Mapping batch = map.mapping("batch");
    if (batch != null) {
      MapReader batchMap = new MapReader(batch, "defaults.batch", findings);
      most = (int) batchMap.whole("max", 1, LARGEST_BATCH, BATCH);
      batchMap.finish();
    }
    map.finish();
    return new Defaults(deadline, taskClass, most);
  }

  private int context(Kind kind, RuntimeKind runtime) {
    YamlNode node = root.take("context");
    if (kind != Kind.GENERATE) {
      if (node != null) {
        root.wrong("context", node, "no context: only generators have one");
      }
      return 0;
    }
    if (node == null && runtime == RuntimeKind.ONNX_DECODER) {
      findings.add(root.placeOf("context"), "context", "nothing", "tokens, such as 256");
    }
    return (int) root.whole("context", 1, LONGEST_CONTEXT, 0);
  }

  private @Nullable Sample sample() {
    YamlNode.Mapping mapping = root.mapping("sample");
    if (mapping == null) {
      return null;
    }
    MapReader map = new MapReader(mapping, "sample", findings);
    Sample sample =
        new Sample(
            json(map, "input"), json(map, "expect"), map.number("tolerance", 0, 1_000_000, 0));
    map.finish();
    return sample;
  }

  private String json(MapReader map, String key) {
    YamlNode.Mapping value = map.mapping(key);
    if (value == null) {
      if (map.take(key) == null) {
        findings.add(map.placeOf(key), map.pathOf(key), "nothing", "a map");
      }
      return "{}";
    }
    return JsonText.compact(PlainValues.of(value, map.pathOf(key), findings));
  }

  private @Nullable String notice(String key) {
    String text = root.text(key);
    YamlNode node = root.take(key);
    if (text != null && node != null && text.length() > LONGEST_NOTICE) {
      root.wrong(key, node, "<= " + LONGEST_NOTICE + " characters");
    }
    return text;
  }
}
