"""Chat models: any OpenAI-compatible endpoint, any LangChain chat model; what they cost; and how they fail."""
