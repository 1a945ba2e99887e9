package dev.millrace.runtime.llama.bind;

import static dev.millrace.runtime.llama.bind.ParameterStructs.WIDE;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.SymbolLookup;

/** The functions of llama.h that are called, by what they do. */
final class NativeApi {

  final NativeFunction initialize;
  final NativeFunction modelDefaults;
  final NativeFunction contextDefaults;
  final NativeFunction loadModel;
  final NativeFunction freeModel;
  final NativeFunction openContext;
  final NativeFunction freeContext;

  final NativeFunction layers;
  final NativeFunction keyValueHeads;
  final NativeFunction heads;
  final NativeFunction width;
  final NativeFunction trainedContext;
  final NativeFunction chatTemplate;
  final NativeFunction hasEncoder;
  final NativeFunction recurrent;

  final NativeFunction vocabularyOf;
  final NativeFunction tokens;
  final NativeFunction tokenize;
  final NativeFunction piece;
  final NativeFunction endsGeneration;
  final NativeFunction isControl;
  final NativeFunction textOf;
  final NativeFunction begin;
  final NativeFunction end;

  final NativeFunction memoryOf;
  final NativeFunction copySequence;
  final NativeFunction removeSequence;
  final NativeFunction decode;
  final NativeFunction scores;

  final NativeFunction openGrammar;
  final NativeFunction applySampler;
  final NativeFunction acceptToken;
  final NativeFunction freeSampler;

  NativeApi(SymbolLookup llama) {
    initialize = NativeFunction.silent(llama, "llama_backend_init");
    modelDefaults = NativeFunction.returning(llama, "llama_model_default_params", WIDE);
    contextDefaults = NativeFunction.returning(llama, "llama_context_default_params", WIDE);
    loadModel =
        NativeFunction.returning(llama, "llama_model_load_from_file", ADDRESS, ADDRESS, WIDE);
    freeModel = NativeFunction.silent(llama, "llama_model_free", ADDRESS);
    openContext = NativeFunction.returning(llama, "llama_init_from_model", ADDRESS, ADDRESS, WIDE);
    freeContext = NativeFunction.silent(llama, "llama_free", ADDRESS);
    layers = NativeFunction.returning(llama, "llama_model_n_layer", JAVA_INT, ADDRESS);
    keyValueHeads = NativeFunction.returning(llama, "llama_model_n_head_kv", JAVA_INT, ADDRESS);
    heads = NativeFunction.returning(llama, "llama_model_n_head", JAVA_INT, ADDRESS);
    width = NativeFunction.returning(llama, "llama_model_n_embd", JAVA_INT, ADDRESS);
    trainedContext = NativeFunction.returning(llama, "llama_model_n_ctx_train", JAVA_INT, ADDRESS);
    chatTemplate =
        NativeFunction.returning(llama, "llama_model_chat_template", ADDRESS, ADDRESS, ADDRESS);
    hasEncoder = NativeFunction.returning(llama, "llama_model_has_encoder", JAVA_BOOLEAN, ADDRESS);
    recurrent = NativeFunction.returning(llama, "llama_model_is_recurrent", JAVA_BOOLEAN, ADDRESS);
    vocabularyOf = NativeFunction.returning(llama, "llama_model_get_vocab", ADDRESS, ADDRESS);
    tokens = NativeFunction.returning(llama, "llama_vocab_n_tokens", JAVA_INT, ADDRESS);
    tokenize =
        NativeFunction.returning(
            llama,
            "llama_tokenize",
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            JAVA_BOOLEAN,
            JAVA_BOOLEAN);
    piece =
        NativeFunction.returning(
            llama,
            "llama_token_to_piece",
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_BOOLEAN);
    endsGeneration =
        NativeFunction.returning(llama, "llama_vocab_is_eog", JAVA_BOOLEAN, ADDRESS, JAVA_INT);
    isControl =
        NativeFunction.returning(llama, "llama_vocab_is_control", JAVA_BOOLEAN, ADDRESS, JAVA_INT);
    textOf = NativeFunction.returning(llama, "llama_vocab_get_text", ADDRESS, ADDRESS, JAVA_INT);
    begin = NativeFunction.returning(llama, "llama_vocab_bos", JAVA_INT, ADDRESS);
    end = NativeFunction.returning(llama, "llama_vocab_eos", JAVA_INT, ADDRESS);
    memoryOf = NativeFunction.returning(llama, "llama_get_memory", ADDRESS, ADDRESS);
    copySequence =
        NativeFunction.silent(
            llama, "llama_memory_seq_cp", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    removeSequence =
        NativeFunction.returning(
            llama, "llama_memory_seq_rm", JAVA_BOOLEAN, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
    decode = NativeFunction.returning(llama, "llama_decode", JAVA_INT, ADDRESS, NativeBatch.LAYOUT);
    scores = NativeFunction.returning(llama, "llama_get_logits_ith", ADDRESS, ADDRESS, JAVA_INT);
    openGrammar =
        NativeFunction.returning(
            llama, "llama_sampler_init_grammar", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    applySampler = NativeFunction.silent(llama, "llama_sampler_apply", ADDRESS, ADDRESS);
    acceptToken = NativeFunction.silent(llama, "llama_sampler_accept", ADDRESS, JAVA_INT);
    freeSampler = NativeFunction.silent(llama, "llama_sampler_free", ADDRESS);
  }
}
