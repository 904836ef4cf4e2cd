from django.apps import AppConfig


class McpActionsConfig(AppConfig):
    name = "mcp_actions"
