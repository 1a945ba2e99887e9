package dev.millrace.domain.model;

import dev.millrace.domain.task.TaskClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of a model.
 *
 * @param name {@code [a-z0-9][a-z0-9._-]{0,63}}
 * @param version as the manifest says; immutable once pushed
 * @param kind what sort of function it is
 * @param runtime what runs it
 * @param digest SHA-256, hex, over the sorted (path, size, SHA-256) of all files
 * @param folder where its files lie; absolute; empty for {@code sim}
 * @param files by logical name, such as {@code model}, {@code labels}, {@code tokenizer}
 * @param inputs what our doors take, in declared order
 * @param outputs what our doors give, in declared order
 * @param steps from input to output, in order
 * @param isolation where it may run
 * @param defaults of its tasks and batches
 * @param context of a generator, tokens; 0 for functions
 * @param sample answered before the version becomes ready, if there is one
 * @param licence SPDX
 * @param attribution as the licence asks
 * @param capabilities what a generator can beside plain text; doors refuse what is not among them
 */
public record ModelSpec(
    String name,
    String version,
    Kind kind,
    RuntimeKind runtime,
    String digest,
    String folder,
    Map<String, ModelFile> files,
    List<Field> inputs,
    List<Field> outputs,
    List<Step> steps,
    Isolation isolation,
    Defaults defaults,
    int context,
    @Nullable Sample sample,
    @Nullable String licence,
    @Nullable String attribution,
    Set<Capability> capabilities) {

  public ModelSpec {
    capabilities = Set.copyOf(capabilities);
  }

  /** A version that can nothing beside what its kind says. */
  public ModelSpec(
      String name,
      String version,
      Kind kind,
      RuntimeKind runtime,
      String digest,
      String folder,
      Map<String, ModelFile> files,
      List<Field> inputs,
      List<Field> outputs,
      List<Step> steps,
      Isolation isolation,
      Defaults defaults,
      int context,
      @Nullable Sample sample,
      @Nullable String licence,
      @Nullable String attribution) {
    this(
        name,
        version,
        kind,
        runtime,
        digest,
        folder,
        files,
        inputs,
        outputs,
        steps,
        isolation,
        defaults,
        context,
        sample,
        licence,
        attribution,
        Set.of());
  }

  /** What sort of function. */
  public enum Kind {
    TABULAR,
    CLASSIFY,
    DETECT,
    EMBED,
    GENERATE,
    TENSOR
  }

  /** What runs it; in a manifest with a hyphen for the underscore. */
  public enum RuntimeKind {
    ONNX,
    ONNX_DECODER,
    LLAMA,
    REMOTE,
    SIM
  }

  /** What a generator can beside plain text; in a manifest with a hyphen for the underscore. */
  public enum Capability {
    /** Keeps its answer to JSON or to a JSON schema: {@code response_format} of its input. */
    STRUCTURED_OUTPUT,
    /** Takes {@code image_url} parts with {@code data:} URLs in its messages. */
    IMAGES,
    /** Takes {@code tools} and may ask its client to call some. */
    TOOLS
  }

  /** Where it may run: in a worker process, or in the node for digests that an admin approved. */
  public enum Isolation {
    WORKER,
    IN_PROCESS
  }

  /**
   * A file of the version.
   *
   * @param path relative to the folder, no {@code ..}, no link
   * @param size bytes
   * @param sha256 hex
   */
  public record ModelFile(String path, long size, String sha256) {}

  /**
   * A declared input or output.
   *
   * @param name of the field
   * @param type such as {@code float32}, {@code int64}, {@code text}, {@code image}, or {@code list
   *     of {label, score}}
   * @param shape of one row; empty for one value a row
   * @param options the rest of the declaration: numbers, texts, truth values, lists, maps
   */
  public record Field(String name, String type, List<Long> shape, Map<String, Object> options) {}

  /**
   * A declared step, no code.
   *
   * @param options numbers (Long, Double), texts, truth values, lists and maps of them
   */
  public record Step(String name, Map<String, Object> options) {}

  /**
   * @param deadlineMillis of a task that names none
   * @param taskClass of a task that names none
   * @param maxBatch rows or tasks in one run
   */
  public record Defaults(long deadlineMillis, TaskClass taskClass, int maxBatch) {}

  /**
   * A known question and its answer, both as JSON objects in UTF-8 text.
   *
   * @param tolerance of numbers, absolute
   */
  public record Sample(String input, String expect, double tolerance) {}

  public boolean generates() {
    return kind == Kind.GENERATE;
  }

  /** Whether it takes {@code messages}; whether its file has a template is the runtime's to say. */
  public boolean chats() {
    return generates() && runtime != RuntimeKind.ONNX_DECODER;
  }

  public boolean can(Capability capability) {
    return capabilities.contains(capability);
  }
}
