"""The reader of Backstage's ``app-config.yaml``: files, environment, and typed access to what they say."""

from common.app_config.config import AppConfig
from common.app_config.error import ConfigError
from common.app_config.load import default_config_paths, load_app_config

__all__ = ["AppConfig", "ConfigError", "default_config_paths", "load_app_config"]
