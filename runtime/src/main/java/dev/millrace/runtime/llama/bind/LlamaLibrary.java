package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.millrace.runtime.llama.port.LanguageModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library, loaded once a process and never unloaded. Loading models is any thread's; each model
 * is then its owner's.
 */
public final class LlamaLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(LlamaLibrary.class);
  private static final String RELEASE = "0.5.";
  private static final int LONGEST_VERSION = 64;

  private static @Nullable LlamaLibrary opened;

  private final NativeApi api;
  private final String version;

  private LlamaLibrary(NativeApi api, String version) {
    this.api = api;
    this.version = version;
  }

  /**
   * Loads the first library found in the folders, else the system's; a process that has one keeps
   * it.
   *
   * @param folders looked at in order
   * @throws dev.millrace.domain.error.ProblemException when there is none, or not release 0.5
   */
  public static synchronized LlamaLibrary open(List<Path> folders) {
    LlamaLibrary library = opened;
    if (library == null) {
      library = find(folders);
      LOG.info("libllama {}", library.version());
      opened = library;
    }
    return library;
  }

  private static LlamaLibrary find(List<Path> folders) {
    for (Path folder : folders) {
      LibraryFiles files = LibraryFiles.in(folder.toAbsolutePath());
      if (files != null) {
        return open(files);
      }
    }
    return system(folders);
  }

  private static LlamaLibrary open(LibraryFiles files) {
    SymbolLookup ggml = SymbolLookup.libraryLookup(files.ggml(), Arena.global());
    SymbolLookup llama = SymbolLookup.libraryLookup(files.llama(), Arena.global());
    LlamaLibrary library = checked(llama);
    // Before any model: without a backend each load gives nothing.
    try (Arena arena = Arena.ofConfined()) {
      NativeFunction.silent(ggml, "ggml_backend_load_all_from_path", ADDRESS)
          .run(arena.allocateFrom(files.folder().toString()));
    }
    return library;
  }

  private static LlamaLibrary system(List<Path> folders) {
    try {
      SymbolLookup llama =
          SymbolLookup.libraryLookup(System.mapLibraryName("llama"), Arena.global());
      SymbolLookup ggml = SymbolLookup.libraryLookup(System.mapLibraryName("ggml"), Arena.global());
      LlamaLibrary library = checked(llama);
      NativeFunction.silent(ggml, "ggml_backend_load_all").run();
      return library;
    } catch (IllegalArgumentException absent) {
      throw Refusals.library("not found", "in one of " + folders + ", or the system's");
    }
  }

  private static LlamaLibrary checked(SymbolLookup llama) {
    MemorySegment found = NativeFunction.returning(llama, "llama_version", ADDRESS).address();
    String version = found.reinterpret(LONGEST_VERSION).getString(0);
    if (!version.startsWith(RELEASE)) {
      throw Refusals.library("version " + version, RELEASE + "x");
    }
    NativeApi api = new NativeApi(llama);
    try (Arena arena = Arena.ofConfined()) {
      ParameterStructs.check(api.modelDefaults.address(arena), api.contextDefaults.address(arena));
    }
    NativeLog.attach(llama);
    api.initialize.run();
    return new LlamaLibrary(api, version);
  }

  /** Such as {@code 0.5.0}. */
  public String version() {
    return version;
  }

  /**
   * Maps a model's file and makes the memory of its sequences.
   *
   * @param file held against its digest; its structure is checked here
   * @throws dev.millrace.domain.error.ProblemException when the library refuses it
   */
  public LanguageModel load(Path file, MemoryPlan plan) {
    GgufCheck.check(file);
    return NativeModel.load(api, file, plan);
  }
}
